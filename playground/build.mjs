// Build the page: node build.mjs PYTHON SPECS OUTPUT
//
// PYTHON is the folder and SPECS the file that python_files.py writes. esbuild bundles, because it is one program without
// plugins or configuration, and what the page needs beside its bundles are plain copies; vite would bring a development
// server and rollup for the same.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const here = dirname(fileURLToPath(import.meta.url));
const [python, specs, output] = process.argv.slice(2).map((path) => resolve(path));

const PYODIDE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json"];

await rm(output, { recursive: true, force: true });
await mkdir(join(output, "pyodide"), { recursive: true });

const { metafile } = await build({
  entryPoints: { main: join(here, "src/main.ts"), worker: join(here, "src/worker.ts") },
  outdir: output,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  external: ["./pyodide/pyodide.mjs"], // it finds its other files beside itself
  legalComments: "none", // the licences are in licenses.txt
  metafile: true,
  logLevel: "warning",
});

const pyodide = join(here, "node_modules/pyodide");
await Promise.all(PYODIDE.map((name) => cp(join(pyodide, name), join(output, "pyodide", name))));
await Promise.all(["index.html", "style.css"].map((name) => cp(join(here, "src", name), join(output, name))));
await cp(specs, join(output, "specs.json"));
await writeFile(join(output, "licenses.txt"), await licenses(Object.keys(metafile.inputs)));
await packPython();

// Compile the Python files for Pyodide's own version of Python, so that no browser has to, and pack them.
async function packPython() {
  const interpreter = await loadPyodide();
  interpreter.mountNodeFS("/packed", python);
  interpreter.mountNodeFS("/pyodide", pyodide);
  interpreter.mountNodeFS("/output", output);
  interpreter.runPython(await readFile(join(here, "pack.py"), "utf8"));
}

// The licences of what the bundles hold; those of the Python packages are in their own folders in python.zip.
async function licenses(inputs) {
  const packages = new Set(["pyodide"]);
  for (const input of inputs) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  const texts = [...packages].sort().map(async (name) => {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file && existsSync(join(folder, file)) ? await readFile(join(folder, file), "utf8") : "";
    return `${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
