import Yams

extension HubtapConfiguration {
    /// The most mistakes of one file that are told.
    private static let maximumMistakeCount = 64

    /// Reads the file at `path` as far as it is right, and tells every mistake in it.
    ///
    /// - Returns: The configuration without the keys that are wrong, and what is wrong with those.
    /// - Throws: Why nothing in the file can be understood.
    public static func reading(
        _ path: String
    ) throws(ConfigurationError) -> (settings: Self, mistakes: [ConfigurationError]) {
        try reading(yaml: try text(of: path), file: path)
    }

    /// The same for `yaml`; `file` is its name in messages.
    public static func reading(
        yaml: String,
        file: String
    ) throws(ConfigurationError) -> (settings: Self, mistakes: [ConfigurationError]) {
        guard var root = try compose(yaml, file: file) else { return (Self(), []) }
        var mistakes: [ConfigurationError] = []
        while true {
            var settings = Self()
            do throws(ConfigurationError) {
                try settings.read(ConfigurationNode(node: root, file: file, key: ""))
                return (settings, mistakes)
            } catch {
                mistakes.append(error)
                // What is left out cannot hide the next mistake.
                guard let rest = root.removing(error.key), mistakes.count < maximumMistakeCount
                else { return (Self(), mistakes) }
                root = rest
            }
        }
    }
}

extension Node {
    /// This value without what stands at `path`, such as `mail.ports[1]`; nil if nothing does.
    ///
    /// Keys may have dots of their own: those that there are decide where one ends.
    fileprivate func removing(_ path: some StringProtocol) -> Node? {
        switch self {
        case .mapping(let mapping): Self.removing(path, from: mapping).map { .mapping($0) }
        case .sequence(let sequence): Self.removing(path, from: sequence).map { .sequence($0) }
        case .scalar, .alias: nil
        }
    }

    private static func removing(
        _ path: some StringProtocol,
        from mapping: Node.Mapping
    ) -> Node.Mapping? {
        for (index, pair) in mapping.enumerated() {
            guard let key = pair.key.string, path.hasPrefix(key) else { continue }
            let rest = path.dropFirst(key.count)
            var pairs = mapping.map { ($0.key, $0.value) }
            if rest.isEmpty {
                pairs.remove(at: index)
            } else if rest.hasPrefix("."), let value = pair.value.removing(rest.dropFirst()) {
                pairs[index].1 = value
            } else if rest.hasPrefix("["), let value = pair.value.removing(rest) {
                pairs[index].1 = value
            } else {
                continue
            }
            return Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark)
        }
        return nil
    }

    private static func removing(
        _ path: some StringProtocol,
        from sequence: Node.Sequence
    ) -> Node.Sequence? {
        guard path.hasPrefix("["), let end = path.firstIndex(of: "]"),
            let index = Int(path[..<end].dropFirst()), sequence.indices.contains(index)
        else { return nil }
        var items = Array(sequence)
        let rest = path[end...].dropFirst()
        if rest.isEmpty {
            items.remove(at: index)
        } else if let item = items[index].removing(rest.hasPrefix(".") ? rest.dropFirst() : rest) {
            items[index] = item
        } else {
            return nil
        }
        return Node.Sequence(items, sequence.tag, sequence.style, sequence.mark)
    }
}
