/** The part of WebAssembly that is used; its types come with the DOM library, which is not compiled against here. */
declare namespace WebAssembly {
  type ModuleImports = Record<string, unknown>
  class Module {
    constructor(bytes: Uint8Array)
    static imports(module: Module): readonly { readonly module: string }[]
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
    constructor(module: Module, imports: Readonly<Record<string, ModuleImports>>)
  }
}
