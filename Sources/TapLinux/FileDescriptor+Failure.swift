import SystemPackage

extension FileDescriptor {
    /// Does what remains to be done before the descriptor has an owner; closes it if that fails.
    ///
    /// An initializer cannot throw once it has set up a type with a `deinit` on some paths only.
    consuming func closedOnFailure(
        _ body: (FileDescriptor) throws(Errno) -> Void
    ) throws(Errno) -> FileDescriptor {
        do throws(Errno) {
            try body(self)
            return self
        } catch {
            try? close()
            throw error
        }
    }
}
