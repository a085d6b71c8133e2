/// Why libpcap takes no filter of that text.
public struct FilterError: Error, Hashable, Sendable {
    /// The class of the mistake.
    public enum Code: String, Hashable, Sendable {
        /// The words do not make a filter.
        case syntax
        /// A host, network, port or protocol has a name that nobody knows.
        case unknownName
        /// No frame can match.
        case rejectsAll
        /// A value is out of its range, or the link type has no such thing.
        case refused
    }

    /// The class of the mistake.
    public var code: Code
    /// What libpcap says.
    public var message: String
    /// The filter as it was given.
    public var expression: String
    /// Where the mistake stands, in characters of `expression`; empty and at its end when
    /// something is missing there, nil if there is no one place.
    public var place: Range<Int>?

    /// Creates an error.
    public init(code: Code, message: String, expression: String, place: Range<Int>? = nil) {
        self.code = code
        self.message = message
        self.expression = expression
        self.place = place
    }
}

extension FilterError: CustomStringConvertible {
    /// The message, the filter, and a line of carets under the place.
    public var description: String {
        // A tab or a line break would move the carets away from the place.
        let shown = String(expression.map { $0.isWhitespace || $0.isControl ? " " : $0 })
        guard let place else { return "\(message)\n  \(shown)" }
        let indent = String(repeating: " ", count: place.lowerBound)
        let carets = String(repeating: "^", count: max(1, place.count))
        return "\(message)\n  \(shown)\n  \(indent)\(carets)"
    }
}

extension Character {
    fileprivate var isControl: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
