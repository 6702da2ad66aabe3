using System.CommandLine;
using HybridLlm.Tool.Commands;

// One command a verb; each says what it needs in its own help.
var root = new RootCommand("HybridLlm on the command line.")
{
    new Command("eval", "Checks HybridLlm against data of your own.")
    {
        ClassifyCommand.Create(),
        RouteCommand.Create(),
        CascadeCommand.Create(),
        StrongWeakCommand.Create(),
        LiveCommand.Create(),
    },
    ExperimentsCommand.Create(),
    ReportCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
