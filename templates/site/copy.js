
// A button beside each form of the citation, where the browser lets a page write to the clipboard.
(function () {
  if (!navigator.clipboard) { return; }
  document.querySelectorAll('[data-copy]').forEach(function (place) {
    var text = document.getElementById(place.getAttribute('data-copy'));
    var button = document.createElement('button');
    button.type = 'button';
    button.textContent = place.getAttribute('data-words');
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(text.textContent).then(function () {
        button.textContent = place.getAttribute('data-done');
      });
    });
    place.append(button);
  });
})();
