// The entry: imports every module that improves a page. Each looks by itself whether what it
// improves is on the page, and does nothing where it is not.
import "./trusted.js";
import "./passkey.js";
import "./time.js";
import "./live.js";
import "./share.js";
import "./qr.js";
import "./app.js";
import "./push.js";
import "./more.js";
