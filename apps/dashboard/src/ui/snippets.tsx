import { snippet, snippetLanguages, type SnippetOptions } from '../figures/snippet.js';
import { Code } from './code.js';
import { Tabs } from './tabs.js';

/** The same call in each language. */
export function Snippets(options: SnippetOptions) {
  const tabs = snippetLanguages.map((language) => ({
    value: language,
    label: language,
    content: <Code label={`${language} example`} text={snippet(language, options)} />,
  }));
  return <Tabs label="Language" tabs={tabs} />;
}
