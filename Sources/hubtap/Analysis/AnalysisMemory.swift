import Foundation
import TapFlow
import TapObserve
import TapRelay
import TapWire

/// What a checkpoint keeps beside frame numbers: the time it was made at, and what the rules of each observer remember.
struct AnalysisMemory: Codable {
    /// The latest time the analysis had come to.
    var time: Timestamp
    /// The names of the ports by their indices; nil in what an earlier hubtap has stored.
    var ports: [String]?
    /// JSON of the rules' memory, by the observer's name.
    var memories: [String: Data]

    /// What the rules of mail remember; nil if it cannot be read.
    var relay: RelayMemory? {
        memories.values.lazy.compactMap { try? JSONDecoder().decode(RelayMemory.self, from: $0) }
            .first
    }

    /// What `pipeline` remembers now.
    init(of pipeline: Pipeline, ports: [String]) throws {
        self.ports = ports
        time = pipeline.position.time
        var memories: [String: Data] = [:]
        try pipeline.withMemories { name, memory in
            // The incidents are stored by themselves.
            if let relay = memory as? RelayMemory {
                memories[name] = try JSONEncoder().encode(relay.checkpointed)
            } else {
                memories[name] = try JSONEncoder().encode(memory)
            }
        }
        self.memories = memories
    }

    /// Gives `pipeline` back what it remembered, and lets it drop what was told up to `sequence`.
    func restore(
        _ pipeline: Pipeline,
        through sequence: UInt64,
        incidents: [Incident]
    ) throws {
        pipeline.resume(after: Moment(time: time, sequence: sequence))
        try recall(in: pipeline, incidents: incidents)
    }

    /// Gives `pipeline` back what the rules remembered, over another ring.
    func recall(in pipeline: Pipeline, incidents: [Incident]) throws {
        try pipeline.restoreMemories { name, type in
            let memory = try memories[name].map { try JSONDecoder().decode(type, from: $0) }
            guard var relay = memory as? RelayMemory else { return memory }
            relay.restore(incidents)
            return relay
        }
    }
}
