export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 text-base font-semibold tracking-tight">
      <svg aria-hidden viewBox="0 0 32 32" className="size-6">
        <rect width="32" height="32" rx="8" className="fill-ink" />
        <path
          d="M7 10h7.5c3 0 4.5 2 4.5 6s1.5 6 4.5 6H25M7 22h5"
          className="stroke-paper"
          fill="none"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
        <circle cx="23.5" cy="10" r="2.6" className="fill-[#4fc79a]" />
      </svg>
      tokenroute
    </span>
  );
}
