namespace HybridLlm.Tool.Reports;

/// <summary>How a report is told.</summary>
internal enum ReportFormat
{
    /// <summary>A table that fits the terminal.</summary>
    Table,

    /// <summary>The whole report.</summary>
    Json,

    /// <summary>For spreadsheets.</summary>
    Csv,

    /// <summary>For documents.</summary>
    Markdown,
}
