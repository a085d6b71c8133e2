/// Why a session is held: ordinary mail, what looks like abuse and is none, or abuse.
public enum CompanyRole: String, Sendable, Hashable, CaseIterable {
    case ordinary, onward, abuse, refusedRelay
    case bounceReceived, bounceSent, callback, forwarding, mailingList, newsletter, secondaryMX
    case smartHost, printer, monitoring, popBeforeSMTP, partnerGateway, greylisting, catchAll
    case lateBounce, newDomain, tagging, roaming, mistyping, migration, bulkRefusals
}
