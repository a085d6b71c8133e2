public import SystemPackage

/// What devices count of themselves, as proc_net_dev(5) has it, without waiting for whoever changes one.
public enum DeviceCounters {
    /// How many frames each interface of this thread's namespace was given and did not send.
    public static func sendDrops() throws(Errno) -> [String: UInt64] {
        sendDrops(text: String(decoding: try SmallFile.read(path), as: UTF8.self))
    }

    /// The same from the text of the file; a line that is none is passed over.
    package static func sendDrops(text: String) -> [String: UInt64] {
        var drops: [String: UInt64] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.lastIndex(of: ":") else { continue }
            let name = line[..<colon].drop { $0 == " " }
            let fields = line[line.index(after: colon)...].split(separator: " ")
            // Eight fields of what was received, then octets, frames, errors and drops of what was sent.
            guard fields.count >= 12, let errors = UInt64(fields[10]),
                let dropped = UInt64(fields[11])
            else { continue }
            drops[String(name)] = errors &+ dropped
        }
        return drops
    }

    // /proc/net is that of the process, whose threads may be in other namespaces.
    private static let path: FilePath = "/proc/thread-self/net/dev"
}
