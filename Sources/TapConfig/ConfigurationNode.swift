import TapWire
import Yams

/// A value in the configuration file, with its place for messages.
struct ConfigurationNode {
    /// The value as Yams read it.
    let node: Node
    /// The file's name.
    let file: String
    /// The key with the keys above it.
    let key: String

    /// An error about this value.
    func error(
        _ problem: String,
        _ remedy: String,
        code: ConfigurationError.Code = .badValue
    ) -> ConfigurationError {
        ConfigurationError(
            code: code,
            file: file,
            line: node.mark?.line,
            key: key,
            problem: problem,
            remedy: remedy
        )
    }

    /// True if the value was left empty, which means the default.
    var isNull: Bool { node.null != nil && node.scalar?.style == .plain }

    /// What the value is, for messages.
    var kind: String {
        switch node {
        case .scalar(let scalar): isNull ? "nothing" : "\"\(scalar.string.prefix(40))\""
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// The value as text.
    func string() throws(ConfigurationError) -> String {
        guard case .scalar(let scalar) = node, !isNull else {
            throw error("is \(kind)", "a text is expected here")
        }
        return scalar.string
    }

    /// The value as a whole number within `range`.
    func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard case .scalar = node, let value = node.int, range.contains(value) else {
            throw error(
                "is \(kind)",
                "a whole number from \(range.lowerBound) to \(range.upperBound) is expected here"
            )
        }
        return value
    }

    /// The value as a number within `range`.
    func number(
        in range: ClosedRange<Double>,
        isWhole: Bool = false
    ) throws(ConfigurationError) -> Double {
        guard case .scalar = node, let value = node.float, range.contains(value),
            !isWhole || value == value.rounded()
        else {
            let (least, most) = (range.lowerBound.words, range.upperBound.words)
            throw error(
                "is \(kind)",
                "a \(isWhole ? "whole " : "")number from \(least) to \(most) is expected here"
            )
        }
        return value
    }

    /// The value as true or false.
    func bool() throws(ConfigurationError) -> Bool {
        guard case .scalar = node, let value = node.bool else {
            throw error("is \(kind)", "true or false is expected here")
        }
        return value
    }

    /// The value as one of `choices`.
    func choice<Choice>(
        _ choices: [(name: String, value: Choice)]
    ) throws(ConfigurationError) -> Choice {
        let text = try string()
        for choice in choices where choice.name == text { return choice.value }
        let names = choices.map(\.name).joined(separator: ", ")
        throw error("is \"\(text.prefix(40))\"", "it must be one of \(names)")
    }

    /// The value as a list; one value alone stands for a list of one.
    func list<Element>(
        _ element: (ConfigurationNode) throws(ConfigurationError) -> Element
    ) throws(ConfigurationError) -> [Element] {
        guard !isNull else { return [] }
        switch node {
        case .sequence(let sequence):
            var elements: [Element] = []
            for (index, item) in sequence.enumerated() {
                let place = ConfigurationNode(node: item, file: file, key: "\(key)[\(index)]")
                elements.append(try element(place))
            }
            return elements
        case .scalar: return [try element(self)]
        case .mapping, .alias: throw error("is \(kind)", "a list is expected here, such as [a, b]")
        }
    }

    /// The values of a mapping by their keys; nothing stands for an empty one.
    func mapping() throws(ConfigurationError) -> [(name: String, value: ConfigurationNode)] {
        guard !isNull else { return [] }
        guard case .mapping(let mapping) = node else {
            throw error("is \(kind)", "keys with values are expected here")
        }
        var pairs: [(name: String, value: ConfigurationNode)] = []
        for (name, value) in mapping {
            guard case .scalar(let scalar) = name else {
                throw error("has a key that is not a text", "keys are plain words")
            }
            let path = key.isEmpty ? scalar.string : "\(key).\(scalar.string)"
            let marked = ConfigurationNode(node: value, file: file, key: path)
            pairs.append((scalar.string, marked))
        }
        return pairs
    }

    /// The values of a mapping by their keys, which must all be among `known`.
    func mapping(
        knownTo known: [String]
    ) throws(ConfigurationError) -> [(name: String, value: ConfigurationNode)] {
        let pairs = try mapping()
        for (name, value) in pairs where !known.contains(name) {
            throw value.unknown(name, known: known)
        }
        return pairs
    }

    /// An error about a key or value that is known but not served.
    func unsupported(_ reason: String) -> ConfigurationError {
        error("is not supported", reason, code: .unsupported)
    }

    private func unknown(
        _ name: String,
        known: some Collection<String>
    ) -> ConfigurationError {
        let close = known.min { $0.editDistance(to: name) < $1.editDistance(to: name) }
        let names = known.sorted().joined(separator: ", ")
        let remedy: String
        if let close, close.editDistance(to: name) <= max(2, name.count / 3) {
            remedy = "did you mean \"\(close)\"?"
        } else {
            remedy = "known here: \(names)"
        }
        return error("is not a known key", remedy, code: .unknownKey)
    }
}

extension Double {
    /// The number as one writes it: without a fraction where there is none.
    fileprivate var words: String { Int64(exactly: self).map { "\($0)" } ?? "\(self)" }
}

extension String {
    /// How many characters must be added, dropped or changed to make `other` of this.
    func editDistance(to other: String) -> Int {
        var row = Array(0...other.count)
        for (index, character) in enumerated() {
            var next = [index + 1]
            for ((above, diagonal), wanted) in zip(zip(row.dropFirst(), row), other) {
                let left = next.last ?? 0
                let changed = diagonal + (character == wanted ? 0 : 1)
                next.append(Swift.min(above + 1, left + 1, changed))
            }
            row = next
        }
        return row.last ?? 0
    }
}
