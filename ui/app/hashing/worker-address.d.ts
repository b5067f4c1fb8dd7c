/** What the build makes of an import that ends so: the address of the file as a worker of its own. */
declare module "*?worker&url" {
  const address: string
  export { address as default }
}
