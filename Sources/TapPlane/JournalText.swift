/// What a journal says: whose port it is about, and what was changed on it in what order.
///
/// Plain text, one change a line, so that it can be read and undone by hand:
/// ```
/// hubtap-journal 1
/// port eth0 index 5 namespace 4026531840
/// program 42 none
/// flag up off
/// ```
package struct JournalText: Hashable, Sendable {
    /// The port by its name.
    package var port: String
    /// The number of the interface: one that was made anew under the name has another.
    package var index: Int32
    /// The network namespace of the port.
    package var namespace: UInt64
    /// The changes, first to last.
    package var changes: [PortChange] = []

    package init(port: String, index: Int32, namespace: UInt64) {
        self.port = port
        self.index = index
        self.namespace = namespace
    }

    /// The lines a new journal begins with.
    package var header: [String] {
        [Self.signature, "port \(port) index \(index) namespace \(namespace)"]
    }

    /// True if something about that subject is noted already.
    package func contains(_ change: PortChange) -> Bool {
        changes.contains { $0.subject == change.subject }
    }

    /// The programs that were attached, by their numbers.
    var programs: [UInt32] {
        changes.compactMap { change in
            if case .program(let identifier) = change { identifier } else { nil }
        }
    }

    /// Where a journal cannot be understood, counted from 1.
    package struct Damage: Error, Hashable {
        package var line: Int

        package init(line: Int) { self.line = line }
    }

    /// Reads whole lines; what stands behind the last line's end was never acted on.
    package init(parsing octets: some Collection<UInt8>) throws(Damage) {
        let lines = String(decoding: octets, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.first.map(String.init) == Self.signature else { throw Damage(line: 1) }
        let words = lines.dropFirst().first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 6, words[0] == "port", words[2] == "index", words[4] == "namespace",
            let index = Int32(words[3]), let namespace = UInt64(words[5])
        else { throw Damage(line: 2) }
        self.init(port: words[1], index: index, namespace: namespace)
        for (number, line) in lines.enumerated().dropFirst(2) {
            guard let change = PortChange(line: line, port: port) else {
                throw Damage(line: number + 1)
            }
            changes.append(change)
        }
    }

    /// How many octets of a file are whole lines.
    package static func wholeByteCount(_ octets: [UInt8]) -> Int {
        octets.lastIndex(of: 10).map { $0 + 1 } ?? 0
    }

    private static let signature = "hubtap-journal 1"
}
