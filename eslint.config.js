// Biome formats and lints; ESLint adds only the rules that need types, and the project's own borders.
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'var/**', 'node_modules/**', 'portal/web/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-lone-blocks': 'error',
    },
  },
  {
    files: ['workers/**/*.ts', 'pipelines/**/*.ts', 'models/**/*.ts', 'portal/**/*.ts'],
    ignores: ['workers/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'workers/config.ts is the one reader of the environment.',
        },
      ],
    },
  },
);
