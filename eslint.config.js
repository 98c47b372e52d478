import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import { circlesRule } from './lint/circles.js';
import { layersRule } from './lint/layers.js';

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'renderer/auto-imports.d.ts',
      'renderer/components.d.ts',
      'resources/',
      'test-results/',
      '**/*.py',
    ],
  },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
  },
  {
    plugins: { tessera: { rules: { circles: circlesRule, layers: layersRule } } },
    rules: {
      'tessera/circles': 'error',
      'tessera/layers': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'No default exports but Vue components and configuration files.',
        },
      ],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      // prettier lays templates out
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
    },
  },
  {
    // what puts the workbench together: a part is given only what was made before it, and no closure reaches forward
    files: ['main/workbench/{parts,requests,workbench}.ts'],
    rules: {
      '@typescript-eslint/no-use-before-define': [
        'error',
        { variables: true, functions: false, typedefs: false, ignoreTypeReferences: true },
      ],
    },
  },
  {
    files: ['**/*.vue', '*.config.{js,ts}', 'test/**/*.config.ts', '**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
