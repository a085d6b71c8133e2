import Glibc
public import SystemPackage

/// Words for people and for the process that started this one.
public enum StandardStreams {
    /// Writes `text` to a descriptor, whole; throws when nobody can read it any more.
    public static func write(_ text: String, to descriptor: FileDescriptor) throws(Errno) {
        _ = try withErrno { () throws in try descriptor.writeAll(text.utf8) }
    }

    /// Writes one line to standard error; where that cannot be done there is nobody left to tell.
    public static func complain(_ line: String) {
        try? write(line + "\n", to: .standardError)
    }
}
