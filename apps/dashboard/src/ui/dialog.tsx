import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';

interface DialogProps {
  title: string;
  about?: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, about, isOpen, onClose, children }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[#0009]" />
        <Base.Popup className="appear fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-line bg-surface p-6 text-sm text-ink shadow-2xl">
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Base.Title className="text-lg">{title}</Base.Title>
              {about && <Base.Description className="mt-1 text-muted">{about}</Base.Description>}
            </div>
            <Base.Close
              aria-label="Close"
              className="-mt-1 -mr-2 inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink"
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface ConfirmProps {
  title: string;
  children: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  /** The buttons. */
  actions: ReactNode;
}

/** A question before something that cannot be undone. */
export function Confirm({ title, children, isOpen, onClose, actions }: ConfirmProps) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <div className="space-y-4">
        {children}
        <div className="flex flex-wrap justify-end gap-2">{actions}</div>
      </div>
    </Dialog>
  );
}
