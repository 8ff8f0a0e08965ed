
// Keeps the choice of titles from page to page; without it the choice holds for one page.
(function () {
  var radios = Array.from(document.querySelectorAll('input[name="titles"]'));
  try {
    var kept = document.getElementById(localStorage.getItem('titles') || 'titles-all');
    if (kept) { kept.checked = true; }
    radios.forEach(function (radio) {
      radio.addEventListener('change', function () { localStorage.setItem('titles', radio.id); });
    });
  } catch (error) { /* a browser that keeps nothing */ }
})();
