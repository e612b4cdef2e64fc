// Builds the bundles into a folder (first argument), and the script tests use into another (second argument).
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const [bundles, forTests] = process.argv.slice(2);
const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const ours = ["codemirror.js", "cytoscape.js"];

function packageOf(file) {
  const parts = file.split("node_modules/").pop().split("/");
  return parts[0].startsWith("@") ? `${parts[0]}/${parts[1]}` : parts[0];
}

function licence(name) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).sort().find((each) => /^licen[cs]e/i.test(each));
  if (!license || !file) throw new Error(`${name} ${version} comes without its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

function finish(folder, files, packages) {
  const rule = `\n${"-".repeat(78)}\n\n`;
  writeFileSync(join(folder, "LICENSES.txt"), packages.sort().map(licence).join(rule));
  const sums = [...files, "LICENSES.txt"].sort().map((file) => {
    const sum = createHash("sha256").update(readFileSync(join(folder, file))).digest("hex");
    return `${sum}  ${file}\n`;
  });
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
}

for (const folder of [bundles, forTests]) if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ours,
  outdir: bundles,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
});
const inputs = Object.keys(metafile.inputs).filter((file) => file.includes("node_modules/"));
finish(bundles, ours, [...new Set(inputs.map(packageOf))]);
copyFileSync(join(here, "node_modules/axe-core/axe.min.js"), join(forTests, "axe.min.js"));
finish(forTests, ["axe.min.js"], ["axe-core"]);
