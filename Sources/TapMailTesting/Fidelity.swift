/// Of what a loss has not touched, how much is told exactly.
public struct Fidelity: Hashable, Sendable {
    /// What nothing was lost of, nor of what decides on the state before it.
    public var untouched: Int
    /// What of that was told in full.
    public var exact: Int

    /// Creates a fidelity, that of nothing if nothing is said.
    public init(untouched: Int = 0, exact: Int = 0) {
        self.untouched = untouched
        self.exact = exact
    }

    /// Takes what another run has shown.
    public mutating func add(_ other: Fidelity) {
        untouched += other.untouched
        exact += other.exact
    }
}
