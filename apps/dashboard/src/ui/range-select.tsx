import { rangeNames, type RangeChoice } from '../figures/time-range.js';
import { Field } from './field.js';

interface RangeSelectProps {
  choice: RangeChoice;
  onChoose: (choice: RangeChoice) => void;
}

const none: RangeChoice = { range: undefined, from: undefined, to: undefined };

/** The stretch of time that a page looks at: a name, or days of one's own. */
export function RangeSelect({ choice, onChoose }: RangeSelectProps) {
  const isCustom = choice.from !== undefined;
  const today = new Date().toISOString().slice(0, 10);
  const pressed = isCustom ? 'custom' : (choice.range ?? '24h');
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div
        role="group"
        aria-label="Time"
        className="inline-flex rounded-md border border-line bg-surface p-0.5"
      >
        {rangeNames.map((name) => (
          <RangeButton
            key={name}
            isPressed={pressed === name}
            onPress={() => onChoose({ ...none, range: name })}
          >
            {name}
          </RangeButton>
        ))}
        <RangeButton isPressed={isCustom} onPress={() => onChoose({ ...none, from: today, to: today })}>
          custom
        </RangeButton>
      </div>
      {isCustom && (
        <div className="flex gap-2">
          <Field
            label="From"
            type="date"
            value={choice.from ?? ''}
            max={choice.to}
            onChange={(event) => onChoose({ ...choice, from: event.target.value || today })}
          />
          <Field
            label="To"
            type="date"
            value={choice.to ?? ''}
            min={choice.from}
            onChange={(event) => onChoose({ ...choice, to: event.target.value || today })}
          />
        </div>
      )}
    </div>
  );
}

interface RangeButtonProps {
  isPressed: boolean;
  onPress: () => void;
  children: string;
}

function RangeButton({ isPressed, onPress, children }: RangeButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      onClick={onPress}
      className="min-h-8 rounded-sm px-3 text-muted hover:text-ink aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink"
    >
      {children}
    </button>
  );
}
