import Glibc
public import SystemPackage

/// Descriptors to wait for together, until one is readable or has an error.
@safe public struct PollSet: ~Copyable {
    // SAFETY: the array is this owner's own, of `count` entries, freed in deinit.

    private let entries: UnsafeMutablePointer<pollfd>
    /// How many descriptors there are.
    public let count: Int

    /// Watches `count` descriptors, none yet.
    public init(count: Int) {
        self.count = count
        unsafe entries = .allocate(capacity: count)
        unsafe entries.initialize(
            repeating: pollfd(fd: -1, events: Int16(POLLIN), revents: 0),
            count: count
        )
    }

    deinit { unsafe entries.deallocate() }

    /// Watches `descriptor` in the given place, or nothing.
    public mutating func watch(_ descriptor: FileDescriptor?, at index: Int) {
        precondition(index >= 0 && index < count)
        unsafe entries[index].fd = descriptor?.rawValue ?? -1
        unsafe entries[index].revents = 0
    }

    /// Waits until something happens or `milliseconds` have passed.
    public mutating func wait(milliseconds: Int32) {
        // SAFETY: the entries are ours and `count` in number. EINTR is as good as a time-out.
        // #syscalls poll
        guard unsafe poll(entries, nfds_t(count), milliseconds) <= 0 else { return }
        for index in 0..<count { unsafe entries[index].revents = 0 }
    }

    /// True if the descriptor in that place had something to read.
    public func isReadable(at index: Int) -> Bool {
        precondition(index >= 0 && index < count)
        return unsafe entries[index].revents & Int16(POLLIN) != 0
    }

    /// True if the descriptor in that place had an error.
    public func hasError(at index: Int) -> Bool {
        precondition(index >= 0 && index < count)
        return unsafe entries[index].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    }
}
