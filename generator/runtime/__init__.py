"""What every generated package has, whatever its document: `make generate` carries these modules into it.

Only `document.py` differs there: the generator writes it from the document. The one here lets the runtime be imported,
checked and tested where it stands.
"""
