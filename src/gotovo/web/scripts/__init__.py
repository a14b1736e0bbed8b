"""The modules that improve a page in the browser; each page is whole without them."""
