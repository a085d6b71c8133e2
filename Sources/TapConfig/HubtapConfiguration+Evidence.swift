import Foundation
public import TapSinks
import Yams

extension HubtapConfiguration {
    /// The least that the files of evidence may have in all.
    private static let leastEvidence = ByteSize(octets: 1 << 20)
    /// The longest that frames are kept before or after an alert.
    private static let longestEvidence = Duration.seconds(3_600)

    /// Reads `alerts.evidence`: where and how long, or `off`.
    mutating func readEvidence(_ node: ConfigurationNode) throws(ConfigurationError) {
        if case .scalar = node.node, node.node.bool == false {
            evidence = nil
            return
        }
        var settings = EvidenceConfiguration(directory: "")
        let keys = ["directory", "before", "after", "keep", "key"]
        for (name, value) in try node.mapping(knownTo: keys) {
            switch name {
            case "directory": settings.directory = try Self.path(value)
            case "before": settings.before = try Self.span(value)
            case "after": settings.after = try Self.span(value)
            case "keep": settings.keep = try Self.evidenceSize(value)
            default: settings.key = try Self.path(value)
            }
        }
        evidence = settings
    }

    private static func path(_ node: ConfigurationNode) throws(ConfigurationError) -> String {
        let path = try node.string()
        guard path.hasPrefix("/") else {
            throw node.error(
                "is \(node.kind)",
                "a path from the root is expected, such as /var/lib/hubtap/evidence"
            )
        }
        return path
    }

    private static func span(_ node: ConfigurationNode) throws(ConfigurationError) -> Duration {
        guard let span = TimeSpan(try node.string()), span.duration <= longestEvidence else {
            throw node.error(
                "is \(node.kind)",
                "a span of time up to an hour is expected, such as 30s or 5m"
            )
        }
        return span.duration
    }

    private static func evidenceSize(_ node: ConfigurationNode) throws(ConfigurationError) -> Int {
        guard let size = ByteSize(try node.string()), size >= leastEvidence else {
            throw node.error(
                "is \(node.kind)",
                "a size of \(leastEvidence) or more is expected, such as 1GiB"
            )
        }
        return size.octets
    }

    /// Where evidence goes with all of its defaults: a folder beside the store, if none is named; nil for nowhere.
    public var evidenceSettings: EvidenceConfiguration? {
        guard var settings = evidence else { return nil }
        if settings.directory.isEmpty {
            let folder = URL(fileURLWithPath: storePath).deletingLastPathComponent()
            settings.directory = folder.appendingPathComponent("evidence").path
        }
        return settings
    }
}
