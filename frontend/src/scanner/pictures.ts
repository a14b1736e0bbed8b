/** What the page and the worker that finds codes tell each other. */

/** A picture of the camera. */
export interface Picture {
  readonly image: ImageData;
}

/** What was in it: the text is empty where there was no code. */
export type Reading =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string };
