import Glibc
import SystemPackage

// What is read here may be out of date at once, as a process may end at any time.
extension ProcessControl {
    /// The words of a process's command line, its own name first; nil if it cannot be seen.
    public static func commandLine(of process: Int32) -> [String]? {
        guard let octets = try? SmallFile.read(FilePath("/proc/\(process)/cmdline")) else {
            return nil
        }
        // Each word ends with a zero (proc(5)).
        return octets.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The parent of a process; nil if it cannot be seen.
    public static func parent(of process: Int32) -> Int32? {
        guard let octets = try? SmallFile.read(FilePath("/proc/\(process)/status")) else {
            return nil
        }
        let line = String(decoding: octets, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("PPid:") }
        return line?.split(separator: "\t").last.flatMap { Int32($0) }
    }

    /// Sends a signal to a process, if it is there and may be signalled.
    public static func send(_ signal: CInt, to process: Int32) {
        // #syscalls kill
        _ = kill(process, signal)
    }
}
