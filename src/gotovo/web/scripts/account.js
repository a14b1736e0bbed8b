// The entry: imports every module that improves a page. Each looks by itself whether what it
// improves is on the page, and does nothing where it is not.
import "./trusted.js";
import "./share.js";
