/** A worker, bundled as a file of its own; what is imported is its address. */
declare module "worker:*" {
  const address: string;
  export default address;
}

/** A file of WebAssembly; what is imported is its address. */
declare module "*.wasm" {
  const address: string;
  export default address;
}
