import TapCertificates
import TapConfig
import TapFlow
import TapMail
import TapObserve
import TapRelay
import TapWire

/// The observers of this program, each with its rules: the one place that names them.
enum Catalog {
    /// The pipeline over frames of `ports`.
    ///
    /// - Parameters:
    ///   - settings: The configuration.
    ///   - ports: The names of the ports by their indices.
    ///   - tellsDialogue: True to report every command with its reply, for `watch`.
    ///   - rules: The rules that all observers share; nil to make them from the configuration.
    /// - Returns: The pipeline, which has seen nothing yet.
    static func pipeline(
        _ settings: HubtapConfiguration,
        ports: [String],
        tellsDialogue: Bool = false,
        rules: RelayBench? = nil
    ) -> Pipeline {
        let tls = CertificateLibrary()
        let rules = rules ?? bench(settings, ports: ports)
        return Pipeline(
            Analyzer(
                smtp(settings, tellsDialogue, tls),
                judge: rules.smtp
            ),
            Analyzer(
                POP3Observer(configuration: .init(reportsExchanges: tellsDialogue), tls: tls),
                judge: rules.pop3
            ),
            Analyzer(
                IMAPObserver(configuration: .init(reportsExchanges: tellsDialogue), tls: tls),
                judge: rules.imap
            ),
            limits: limits(settings)
        )
    }

    /// The rules of mail, which have seen nothing yet.
    static func bench(_ settings: HubtapConfiguration, ports: [String]) -> RelayBench {
        RelayBench(configuration: relay(settings, ports))
    }

    /// What the rules of mail remember in `pipeline`.
    static func relayMemory(of pipeline: Pipeline) -> RelayMemory? {
        var found: RelayMemory?
        pipeline.withMemories { _, memory in found = found ?? memory as? RelayMemory }
        return found
    }

    /// Gives `pipeline` back what is usual; returns how many habits could not be read.
    static func restore(_ habits: [HabitEntry], in pipeline: Pipeline) -> Int {
        guard var memory = relayMemory(of: pipeline) else { return 0 }
        let unreadable = memory.restoreHabits(habits)
        pipeline.restoreMemories { _, _ in memory }
        return unreadable
    }

    /// A pipeline that only reads mail.
    static func mail(_ settings: HubtapConfiguration) -> Pipeline {
        Pipeline(Analyzer(smtp(settings, false, nil)), limits: limits(settings))
    }

    /// The limits of reassembly.
    static func limits(_ settings: HubtapConfiguration) -> FlowLimits {
        var limits = FlowLimits()
        limits.overlaps = settings.mail.overlaps
        limits.servicePorts.formUnion(settings.mail.ports)
        return limits
    }

    private static func smtp(
        _ settings: HubtapConfiguration,
        _ tellsDialogue: Bool,
        _ tls: (any TLSLibrary)?
    ) -> SMTPObserver {
        SMTPObserver(
            configuration: .init(
                ports: Set(settings.mail.ports),
                reportsExchanges: tellsDialogue,
                keepsSubjects: settings.mail.subjects
            ),
            tls: tls
        )
    }

    /// The rules' configuration over frames of `ports`.
    static func relay(
        _ settings: HubtapConfiguration,
        _ ports: [String]
    ) -> RelayConfiguration {
        var relay = settings.rules
        relay.inside = Set(
            settings.mail.inside.compactMap { name in
                ports.firstIndex(of: name).map { PortIndex(rawValue: UInt8($0)) }
            }
        )
        relay.servers = settings.mail.servers
        relay.domains = settings.mail.domains
        relay.networks = settings.mail.networks
        relay.contacts = settings.mail.contacts
        relay.places = settings.mail.places.map { PlaceSource($0) }
        return relay
    }
}
