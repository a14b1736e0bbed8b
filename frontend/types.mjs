// Writes the types of the API from the program's own OpenAPI document: `frontend/npm run types`.
//
// They are 18,000 lines that say nothing new, so they are made before each check and not committed:
// what was made just now cannot be out of date.

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import openapiTypes, { astToString } from "openapi-typescript";

const PRINT = `
import sys
import msgspec
from gotovo.api.openapi import openapi
sys.stdout.buffer.write(msgspec.json.encode(openapi()))
`;
const BYTES_MAX = 64 * 1024 * 1024;

const printed = execFileSync("../.venv/bin/python", ["-c", PRINT], {
  maxBuffer: BYTES_MAX,
  stdio: ["ignore", "pipe", "inherit"], // What goes wrong is read by a person.
});
const types = await openapiTypes(JSON.parse(printed.toString()), {
  defaultNonNullable: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
await writeFile("src/api/openapi.d.ts", astToString(types));
