/**
 * The worker that finds codes in pictures, so that the page stays quick while it looks.
 *
 * It loads WebAssembly from our own server, and only once a camera is used.
 */

import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";
import type { Picture, Reading } from "./pictures.ts";

/** Codes of ours and of products; each further form costs time and finds codes that are none. */
const OPTIONS: ReaderOptions = {
  formats: ["QRCode", "DataMatrix", "Code128", "EAN13", "EAN8", "UPCA", "ITF"],
  maxNumberOfSymbols: 1,
  textMode: "Plain",
  tryInvert: false,
};

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Picture>) => void) | null;
  postMessage(reading: Reading): void;
};

prepareZXingModule({ overrides: { locateFile: () => wasm } });

scope.onmessage = ({ data: { image } }) => {
  readBarcodes(image, OPTIONS)
    .then((results) => {
      const found = results.find((each) => each.isValid);
      // A keyboard scanner can send the same prefix: it says EAN for certain, and GS1.
      const text = found ? found.symbologyIdentifier + found.text : "";
      scope.postMessage({ kind: "read", text });
    })
    .catch((error: unknown) => scope.postMessage({ kind: "failed", reason: String(error) }));
};
