// Bundles the applications of staff: `node build.mjs FOLDER DIGEST`, called by the script `build`.
//
// Every file has its digest in its name, so browsers may cache it for ever. The manifest says which
// file starts which application, and which sentences they show, for the program to translate.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const APPLICATIONS = ["desk", "gallery"];
/** Where the program serves the files; `web/staff_site/bundle.py` has the same prefix. */
const ADDRESS = "/bundles";

const [target = "", sources = ""] = process.argv.slice(2);
const folder = path.join(target, "staff.new");

/**
 * Import the address of a worker, bundled as a file of its own: `from "worker:./decoder.ts"`.
 *
 * Its path is told from this folder: where the checkout lies must not change what is built.
 */
const workers = {
  name: "workers",
  /** @param {import("esbuild").PluginBuild} bundler */
  setup(bundler) {
    bundler.onResolve({ filter: /^worker:/ }, ({ path: name, resolveDir }) => ({
      path: path.relative(".", path.resolve(resolveDir, name.slice("worker:".length))),
      namespace: "worker",
    }));
    bundler.onLoad({ filter: /./, namespace: "worker" }, async ({ path: file }) => {
      const result = await bundle([path.resolve(file)], { splitting: false, write: true });
      const [worker] = entriesOf(result);
      return { contents: `export default ${JSON.stringify(`${ADDRESS}/${worker?.file}`)};` };
    });
  },
};

/**
 * @param {string[]} entryPoints
 * @param {import("esbuild").BuildOptions} options
 */
function bundle(entryPoints, options) {
  return build({
    entryPoints,
    outdir: folder,
    publicPath: ADDRESS,
    bundle: true,
    format: "esm",
    target: ["es2022"],
    minify: true,
    metafile: true,
    charset: "utf8",
    legalComments: "eof",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    // A path goes into the digest of what is imported from it: a linked node_modules is this folder's.
    preserveSymlinks: true,
    loader: { ".wasm": "file" },
    plugins: [workers],
    logLevel: "warning",
    ...options,
  });
}

/**
 * Return each entry point by its file, and the chunks that it needs at once.
 *
 * @param {import("esbuild").BuildResult} result
 */
function entriesOf({ metafile }) {
  return Object.entries(metafile?.outputs ?? {})
    .filter(([, output]) => output.entryPoint)
    .map(([file, output]) => ({
      name: path.basename(output.entryPoint ?? "", ".ts"),
      file: path.basename(file),
      modules: output.imports
        .filter((each) => each.kind === "import-statement")
        .map((each) => path.basename(each.path))
        .sort(),
    }));
}

/** Return the sentences that sources mark with `_`, `pgettext` and `ngettext`, as gettext keys. */
async function sentences() {
  const string = String.raw`"((?:[^"\\]|\\.)*)"`;
  const marked = new RegExp(
    String.raw`\b(?:_|ngettext|pgettext)\(\s*${string}(?:\s*,\s*${string})?`,
    "g",
  );
  const found = new Set();
  for (const name of await readdir("src", { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const text = await readFile(path.join("src", name), "utf8");
    for (const [call, first, second] of text.matchAll(marked)) {
      const values = call.startsWith("_") ? [first] : [first, second];
      const [one, two] = values.map((value) => JSON.parse(`"${value}"`));
      if (call.startsWith("pgettext")) found.add(JSON.stringify({ context: one, one: two }));
      else found.add(JSON.stringify(two === undefined ? { one } : { one, many: two }));
    }
  }
  return [...found].sort().map((each) => JSON.parse(each));
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const result = await bundle(
  APPLICATIONS.map((name) => `src/${name}.ts`),
  { splitting: true },
);
const applications = Object.fromEntries(
  entriesOf(result).map(({ name, file, modules }) => [name, { script: file, modules }]),
);
const manifest = { sources, applications, sentences: await sentences() };
await writeFile(path.join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(path.join(target, "staff"), { recursive: true, force: true });
await rename(folder, path.join(target, "staff"));
