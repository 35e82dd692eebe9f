/** The ids a provider lists, and which of its snapshots an alias answers as. */
export class ModelCatalog {
  constructor(
    /** id -> id that answers. */
    private readonly models: Record<string, string>,
    /** A dated or numbered snapshot of a listed id, e.g. `gpt-4o-2024-08-06`. */
    private readonly snapshot = /-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest|preview|preview-\d{2}-\d{2,4}|\d{3})$/,
  ) {}

  get ids(): string[] {
    return Object.keys(this.models);
  }

  /** The id that answers; undefined for a model that does not exist. */
  resolve(id: string): string | undefined {
    if (Object.hasOwn(this.models, id)) return this.models[id];
    return Object.values(this.models).includes(id) ||
      Object.hasOwn(this.models, id.replace(this.snapshot, ''))
      ? id
      : undefined;
  }
}
