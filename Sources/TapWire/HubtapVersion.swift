/// The version of hubtap, as `--version`, capture files and events name it.
public enum HubtapVersion {
    /// Semantic version.
    public static let text = "0.1.0"
}
