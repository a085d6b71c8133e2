/// The UDP ports of tunnels that carry frames.
package enum OverlayPort: UInt16, CaseIterable, Sendable {
    /// VXLAN (RFC 7348).
    case vxlan = 4_789
    /// Linux's own of VXLAN, before there was another.
    case linuxVXLAN = 8_472
    /// Geneve (RFC 8926).
    case geneve = 6_081
}
