// What the query editor needs of CodeMirror; service/static/sparql-editor.js puts it together.
export { autocompletion } from "@codemirror/autocomplete";
export { isolateHistory } from "@codemirror/commands";
export { syntaxHighlighting } from "@codemirror/language";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { EditorState, Prec } from "@codemirror/state";
export { EditorView, keymap } from "@codemirror/view";
export { classHighlighter } from "@lezer/highlight";
export { basicSetup } from "codemirror";
export { sparql } from "codemirror-lang-sparql";
