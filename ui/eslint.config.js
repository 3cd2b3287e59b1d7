import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

/** Features know `api`, `components` and `lib`; they never know each other, and nobody but `app` knows them. */
const direction = (patterns, message) => ({
  "no-restricted-imports": ["error", { patterns: [{ group: patterns, message }] }],
});

export default defineConfig(
  globalIgnores(["dist", "node_modules", "src/api/generated"]),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  hooks.configs.flat["recommended-latest"],
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } },
    rules: {
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "text from outside is shown as text (docs/adr/0014)" },
      ],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["eslint.config.js"], extends: [ts.configs.disableTypeChecked] },
  {
    files: ["src/**"],
    ignores: ["src/api/ipc.ts", "src/test/**"],
    rules: direction(["@tauri-apps/api/core"], "only src/api/ipc.ts talks to the shell"),
  },
  {
    files: ["src/features/**"],
    rules: direction(
      ["../../../*/!(api|components|lib|test)/**", "**/features/**", "**/app/**", "@tauri-apps/api/core"],
      "a feature imports only api, components and lib",
    ),
  },
  {
    files: ["src/components/**", "src/lib/**", "src/api/**"],
    rules: direction(["**/features/**", "**/app/**"], "shared code does not know the features"),
  },
  {
    files: ["src/api/ipc.ts"],
    rules: direction(["**/features/**", "**/app/**"], "shared code does not know the features"),
  },
);
