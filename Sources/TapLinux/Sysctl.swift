import Glibc
public import SystemPackage

/// One setting of the kernel under /proc/sys, in the network namespace of the calling thread.
public struct Sysctl: Hashable, Sendable {
    /// Its place below /proc/sys.
    public var path: String

    /// The setting at `path` below /proc/sys.
    public init(_ path: String) { self.path = path }

    private var file: FilePath { FilePath("/proc/sys").appending(path) }

    /// Its value, without the line's end; nil if this kernel has no such setting.
    public func value() throws(Errno) -> String? {
        do {
            let octets = try SmallFile.read(file)
            return String(decoding: octets.prefix { $0 != 10 }, as: UTF8.self)
        } catch .noSuchFileOrDirectory {
            return nil
        }
    }

    /// Changes it.
    public func set(_ value: String) throws(Errno) {
        try withErrno { () throws in
            let descriptor = try FileDescriptor.open(file, .writeOnly, options: .closeOnExec)
            _ = try descriptor.closeAfter { try descriptor.writeAll((value + "\n").utf8) }
        }
    }
}
