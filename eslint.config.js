import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const GENERATED = [
  "artifacts/",
  "dist/",
  "cache/",
  "types/",
  "coverage/",
  ".cov/",
  ".cov-forge/",
  "out/",
  "reports/",
  ".venv-slither/",
  ".slither/",
  "ignition/deployments/",
];

export default defineConfig([
  globalIgnores(["node_modules/", ...GENERATED]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // prettier keeps such lines apart
      "no-unexpected-multiline": "off",
      // a forgotten await on `expect(tx).to…` passes silently
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  { files: ["**/*.{js,mjs,cjs}"], languageOptions: { globals: { console: "readonly", process: "readonly" } } },
  { files: ["**/*.cjs"], languageOptions: { sourceType: "commonjs", globals: { require: "readonly" } } },
  { files: ["**/*.{js,mjs,cjs}"], extends: [tseslint.configs.disableTypeChecked] },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
]);
