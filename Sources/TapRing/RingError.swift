public import SystemPackage

/// Why a ring could not be made, taken over or read.
public struct RingError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// There is no file at the path.
        case notFound
        /// The file is something else.
        case notARing
        /// The ring has another version of the layout.
        case otherVersion(found: UInt32)
        /// The ring in this place has another size; both are in octets of the file.
        case otherSize(found: Int, wanted: Int)
        /// The ring in this place keeps another length of each frame.
        case otherSnapLength(found: Int, wanted: Int)
        /// The ring in this place belongs to other ports.
        case otherPorts(found: [String], wanted: [String])
        /// Another process writes into the ring.
        case inUse(processID: Int32)
        /// A new ring has been made at the path: open it again.
        case replaced
        /// The file is shorter than its header says.
        case truncated(found: Int, wanted: Int)
        /// The header or the blocks contradict themselves.
        case damaged
        /// The file system has less room than the ring needs, in octets.
        case noSpace(available: Int, wanted: Int)
        /// The configuration asks for what cannot be.
        case invalid(reason: String)
        /// The kernel refused.
        case system(Errno)
    }

    /// What is wrong.
    public var code: Code
    /// The file in question.
    public var path: String

    /// Creates an error about the ring at `path`.
    public init(_ code: Code, path: String) {
        self.code = code
        self.path = path
    }
}

extension RingError: CustomStringConvertible {
    /// What was found and what to do about it, in one or two sentences.
    public var description: String { "ring \(path): \(explanation)" }

    private var explanation: String {
        switch code {
        case .notFound: "there is none; start the hub, or name another with --ring"
        case .notARing:
            "this file is not a hubtap ring and was left alone; choose another path or move it away"
        case .otherVersion(let found):
            "it has layout version \(found), this program writes \(RingGeometry.version); "
                + "dump it with the program that made it, then remove it or ask for a replacement"
        case .otherSize(let found, let wanted):
            "it is \(found) octets long, the configuration asks for \(wanted); "
                + "set ring.size to match, remove it or ask for a replacement"
        case .otherSnapLength(let found, let wanted):
            "it keeps \(Self.length(found)) of each frame, the configuration asks for "
                + "\(Self.length(wanted)); set ring.snaplen to match, remove it or ask for a replacement"
        case .otherPorts(let found, let wanted):
            "it belongs to the ports \(Self.list(found)), not \(Self.list(wanted)); "
                + "choose another path, remove it or ask for a replacement"
        case .inUse(let processID):
            (processID > 0 ? "process \(processID)" : "another process")
                + " writes into it; stop that hub first, or choose another path"
        case .replaced: "a new ring was made in its place; open it again"
        case .truncated(let found, let wanted):
            "it should be \(wanted) octets long and has \(found); it was cut off and can be removed"
        case .damaged: "its contents contradict themselves; it can be removed"
        case .noSpace(let available, let wanted):
            "it needs \(wanted) octets and the file system has \(available) left; "
                + "choose a smaller ring.size or another ring.path"
        case .invalid(let reason): reason
        case .system(.permissionDenied), .system(.notPermitted):
            "permission denied; run as root or as a member of its group"
        case .system(let error): String(describing: error)
        }
    }

    private static func length(_ octets: Int) -> String {
        octets == 0 ? "all" : "\(octets) octets"
    }

    // Names come from a file that anybody may have made.
    private static func list(_ names: [String]) -> String {
        names.map { name in
            String(
                String.UnicodeScalarView(
                    name.unicodeScalars.prefix(31).map { scalar in
                        scalar.value > 32 && scalar.value < 127 ? scalar : "?"
                    }
                )
            )
        }.joined(separator: " ")
    }
}

extension RingError {
    /// True for a ring of ours that may be thrown away when that was asked for.
    var isReplaceable: Bool {
        switch code {
        case .otherVersion, .otherSize, .otherSnapLength, .otherPorts, .truncated, .damaged: true
        case .notFound, .notARing, .inUse, .replaced, .noSpace, .invalid, .system: false
        }
    }
}
