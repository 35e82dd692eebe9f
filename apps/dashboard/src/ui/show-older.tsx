import { Button } from './button.js';

interface ShowOlderProps {
  onClick: () => void;
  isBusy: boolean;
}

/** Below a list that comes newest first, a page at a time, while there is another page. */
export function ShowOlder({ onClick, isBusy }: ShowOlderProps) {
  return (
    <div className="border-t border-line p-4 text-center">
      <Button onClick={onClick} isBusy={isBusy}>
        Show older ones
      </Button>
    </div>
  );
}
