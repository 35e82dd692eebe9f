import { CopyButton } from './copy-button.js';

/** A piece of code that is ready to be pasted. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <div className="absolute top-2 right-2">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
      <pre
        className="overflow-x-auto p-4 pr-12 font-mono text-xs leading-5"
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <code>{text}</code>
      </pre>
    </div>
  );
}
