import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { Sidebar } from './sidebar.js';

interface SmallScreenNavigationProps {
  trigger: Pick<ComponentProps<'button'>, 'aria-label' | 'className' | 'children'>;
}

/** Open at first: it is there because its button was pressed. */
export default function SmallScreenNavigation({ trigger }: SmallScreenNavigationProps) {
  const [isOpen, setIsOpen] = useState(true);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <Dialog.Trigger {...trigger} />
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#0009]" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-64 border-r border-line bg-paper text-sm text-ink">
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Dialog.Close
            aria-label="Close navigation"
            className="absolute top-3 right-3 inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken"
          >
            <X size={16} aria-hidden />
          </Dialog.Close>
          <Sidebar onNavigate={() => setIsOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
