import TapWire

/// What a hub says when it ends.
enum HubTotals {
    /// One line with the sums of every port.
    static func line(_ ledger: Ledger, names: [String]) -> String {
        zip(names, ledger.ports).map { name, port in
            "\(name): \(port.rxFrames) in, \(port.forwarded) forwarded, \(port.mirrored) mirrored"
                + losses(port)
        }.joined(separator: "; ")
    }

    private static func losses(_ port: PortLedger) -> String {
        let words = ForwardLoss.allCases.filter { port.notForwarded[$0] > 0 }.map {
            "\(port.notForwarded[$0]) \($0.name)"
        }
        return words.isEmpty ? "" : " (not forwarded: \(words.joined(separator: ", ")))"
    }
}
