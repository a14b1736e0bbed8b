"""The shell of staff pages: the document that starts an application of `frontend/`."""
