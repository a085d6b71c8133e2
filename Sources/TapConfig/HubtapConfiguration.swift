public import TapFlow
public import TapPlaces
public import TapPlane
public import TapRelay
public import TapRing
public import TapSinks
public import TapWire

/// Everything that the configuration file can say, checked, with a default for each key.
public struct HubtapConfiguration: Sendable {
    /// The interfaces to join.
    public var ports: [String] = []
    /// Interfaces that get a copy of everything and may send nothing.
    public var monitor: [String] = []
    /// How frames cross.
    public var plane = PlaneConfiguration.Choice.auto
    /// What an orderly end leaves on the ports; nil leaves that to how the program was started.
    public var onExit: PlaneConfiguration.ExitAction?
    /// What happens to the other ports when one has no carrier.
    public var linkFault = PlaneConfiguration.LinkFault.ignore
    /// Which frames the mirror is asked to hold.
    public var keep = PlaneConfiguration.Keep.all
    /// What happens to the receive offloads of the ports.
    public var offloads = PlaneConfiguration.Offloads.keep
    /// The mirror ring.
    public var ring = RingConfiguration()
    /// What is known of the mail servers behind the tap.
    public var mail = MailConfiguration()
    /// Settings of the rules, beside what `mail` says.
    public var rules = RelayConfiguration()
    /// Where events and alerts go.
    public var sinks = SinksConfiguration()
    /// Which frames of alerts are kept; nil for none.
    ///
    /// An empty directory stands for a folder beside the store.
    public var evidence: EvidenceConfiguration? = EvidenceConfiguration(directory: "")
    /// The file of the store.
    public var storePath = "/var/lib/hubtap/hubtap.sqlite"

    /// The defaults: alerts to the local syslog, events to `/var/log/hubtap/eve.json`.
    public init() {
        sinks.eve = .file(path: "/var/log/hubtap/eve.json")
        sinks.syslog = [.unix(path: "/dev/log")]
        sinks.hostName = SinksConfiguration.currentHostName
    }

    /// Where the configuration is looked for when no other place is named.
    public static let defaultPath = "/etc/hubtap/hubtap.yaml"
    /// Where the hub notes the ports' original state when no other place is named.
    public static let defaultStateDirectory = "/run/hubtap"
}

/// What the file says under `mail`.
public struct MailConfiguration: Hashable, Sendable {
    /// TCP ports that mail is looked for on.
    public var ports: [UInt16] = [25, 465, 587, 2525]
    /// The names of the hub's ports on the servers' side; empty means learned.
    public var inside: [String] = []
    /// The servers to protect; empty means learned.
    public var servers: [IPNetwork] = []
    /// The domains that the servers accept mail for; empty means learned.
    public var domains: [MailDomain] = []
    /// Who may relay through the servers without logging in.
    public var networks: [IPNetwork] = []
    /// Whom the house writes to.
    public var contacts = ContactBook()
    /// The file they were read from; nil if none was named.
    public var contactsPath: String?
    /// The lines of it that could not be read.
    public var contactMistakes: [ContactBook.Mistake] = []
    /// The tables that tell where addresses are, as they are named.
    public var geoip: [PlaceFile] = []
    /// The same, open; nil if none is named or they were not opened: see `HubtapConfiguration.opened()`.
    public var places: PlaceTables?
    /// True if the subjects of messages are written into events.
    public var subjects = false

    /// What the hosts do with segments that overlap with different octets.
    public var overlaps = OverlapPolicies()

    /// The usual ports, everything else to be learned.
    public init() {}
}

extension MailConfiguration {
    /// Names the lines of the contacts that cannot be read, the first of them; nil if all can.
    public var contactNotice: String? {
        guard let contactsPath, !contactMistakes.isEmpty else { return nil }
        let named = contactMistakes.prefix(10).map { String($0.line) }.joined(separator: ", ")
        let rest = contactMistakes.count > 10 ? ", ..." : ""
        return contactMistakes.count == 1
            ? "1 line of \(contactsPath) is no address and no domain and is left out: \(named)"
            : """
            \(contactMistakes.count) lines of \(contactsPath) are no address and no domain and are left out: \
            \(named)\(rest)
            """
    }
}
