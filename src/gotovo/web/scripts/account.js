// The entry point: imports every module that enhances a page. Each does nothing on a page without
// the elements it enhances.
import "./trusted.js";
import "./passkey.js";
import "./time.js";
import "./live.js";
import "./ask.js";
import "./share.js";
import "./qr.js";
import "./app.js";
import "./push.js";
import "./more.js";
