"""The press: content/ → publication → documents → files.

Each module imports only from those above it; `build.py` imports from any. A library is imported by one module only.
`tests/test_imports.py` reads this table and keeps it true.

| Module          | Its one job                                            | Only importer of              | Disk    |
|-----------------|--------------------------------------------------------|-------------------------------|---------|
| `problems`      | what is wrong, where, and how to mend it               | —                             | excerpt |
| `numerals`      | V, v, 五                                                | —                             | —       |
| `prose`         | running text as a small immutable tree                 | —                             | —       |
| `papers`        | sizes of paper by name                                 | —                             | —       |
| `model`         | the nouns, and every anchor                            | —                             | —       |
| `lemmata`       | the words of a text that a remark explains             | —                             | —       |
| `trimming`      | where other paper lies over a page                     | —                             | —       |
| `imposition`    | which pages stand where on sheets                      | —                             | —       |
| `choosing`      | which pages of a finished PDF are meant                | —                             | —       |
| `markdown`      | an editor's Markdown → the tree                        | markdown_it, mdit_py_plugins  | —       |
| `files`         | texts inside one folder, in clean UTF-8, or a problem  | —                             | reads   |
| `records`       | YAML → typed records, faults by line and column        | yaml, pydantic                | —       |
| `schema`        | the shapes of the YAML files                           | —                             | —       |
| `lists`         | the lists of records: sources, terms, events, people   | —                             | —       |
| `texts`         | the Markdown files: units, essays, pages, commentary   | —                             | —       |
| `products`      | what is made, of what, and into which file             | —                             | —       |
| `content`       | content/ → Publication                                 | —                             | —       |
| `witness`       | source + emendations = reading text                    | —                             | —       |
| `fonts`         | the faces of fonts/, their characters; scripts         | fontTools                     | reads   |
| `turning`       | faces whose Han lies, for pages that will be turned    | fontTools                     | reads   |
| `listchecks`    | what must hold in the lists                            | —                             | —       |
| `dates`         | dates as each language writes them                     | babel                         | —       |
| `flows`         | words as they are read, and whose they are             | —                             | —       |
| `editing`       | the slips that a second reader would mark              | zhon                          | —       |
| `checks`        | what must hold between files                           | —                             | —       |
| `terms`         | where a part first uses a term                         | —                             | —       |
| `panels`        | where the axis of a timeline is cut                    | —                             | —       |
| `timeline`      | a chronology drawn to scale                            | —                             | —       |
| `markup`        | the tree → XHTML, on paper and on screen               | —                             | —       |
| `chapters`      | what follows what, and the contents                    | —                             | —       |
| `facts`         | what the files say of themselves                       | —                             | —       |
| `heads`         | what the head of each page names                       | —                             | —       |
| `handouts`      | what stands on the sheets for a class                  | —                             | —       |
| `expansions`    | where a part first uses a short form                   | —                             | —       |
| `citations`     | the bibliography as CSL-JSON                           | —                             | —       |
| `exports`       | what a reader can take along, for programs             | —                             | —       |
| `screen`        | the last touches to a page of an e-book                | —                             | —       |
| `online`        | a page of an e-book as a page for a browser            | —                             | —       |
| `quotable`      | the edition as others cite it, and catalogues          | —                             | —       |
| `composition`   | Publication + Product + Templates → Document           | jinja2                        | reads   |
| `proof`         | one file of content on paper, at once                  | —                             | —       |
| `structure`     | elements of HTML → elements of PDF/UA                  | —                             | —       |
| `tagging`       | WeasyPrint's boxes → the structure tree of a PDF       | weasyprint, pydyf             | —       |
| `sidenotes`     | notes beside the text, none over another               | weasyprint                    | —       |
| `spacing`       | where lines of Han end, open and have gaps             | —                             | —       |
| `fitting`       | which ends make the best lines of a paragraph          | —                             | —       |
| `linebreaks`    | where WeasyPrint ends lines, for one version           | weasyprint                    | —       |
| `paragraphs`    | … and where it is best that it does, for one version   | weasyprint, pyphen            | —       |
| `justification` | how WeasyPrint opens and draws them, for one version   | weasyprint, pydyf             | —       |
| `patches`       | what is mended inside WeasyPrint, for one version      | weasyprint, pydyf, pyphen     | —       |
| `xmp`           | what a PDF says of itself                              | —                             | —       |
| `archive`       | a PDF's metadata and attachments, as archives want     | pydyf                         | —       |
| `printing`      | a PDF's inks, marks and metadata, as printers want     | pydyf                         | —       |
| `pdf`           | Document → PDF, laid out until its folios are true     | weasyprint, pydyf             | —       |
| `assembly`      | finished PDFs → PDFs made of their pages               | pypdf                         | —       |
| `selection`     | a finished PDF → a PDF of some of its pages            | pypdf                         | —       |
| `accessibility` | what an e-book may say of its accessibility            | —                             | —       |
| `finished`      | what a finished PDF says                               | pypdfium2                     | —       |
| `picture`       | pixels → PNG                                           | —                             | —       |
| `leaves`        | where in an e-book the pages of the book begin         | —                             | —       |
| `embedding`     | the faces that an e-book brings with it                | —                             | reads   |
| `epub`          | Document → EPUB, packed byte for byte                  | ebooklib                      | —       |
| `checksums`     | Artifacts → the list of their SHA-256                  | —                             | —       |
| `fingerprints`  | the digest of all that a product is made from          | —                             | reads   |
| `manifest`      | output/manifest.json                                   | —                             | —       |
| `output`        | files replaced whole, the manifest last                | —                             | writes  |
| `pages`         | a finished PDF → lines of text, by paragraphs          | pypdf                         | —       |
| `inspection`    | what a compositor would mark in a finished book        | —                             | —       |
| `progress`      | a bar on a terminal, a line in a log                   | rich                          | —       |
| `workers`       | work side by side in processes                         | —                             | —       |
| `covers`        | a cover laid out to the measure of its book            | —                             | —       |
| `production`    | leave what is current, make the rest                   | —                             | —       |
"""
