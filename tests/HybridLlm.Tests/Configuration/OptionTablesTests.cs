using System.Reflection;
using HybridLlm.Configuration.Binding;

namespace HybridLlm.Tests.Configuration;

public class OptionTablesTests
{
    private static readonly string[] KeysOfLaterVersions = ["Prompts", "Cache", "Resources"];

    [Fact]
    public void Tables_declare_exactly_the_properties_of_the_options_classes()
    {
        var seen = new List<string>();
        Compare(typeof(HybridLlmOptions), OptionTables.Root, seen);

        Assert.Contains("RoutingOptions.Rules", seen);
        Assert.Contains("TimeoutOverrides.IdleMinimum", seen);
        Assert.InRange(seen.Select(name => name.Split('.')[0]).Distinct().Count(), 20, int.MaxValue);
    }

    [Fact]
    public void The_page_about_the_configuration_names_every_option()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));
        var seen = new List<string>();
        Compare(typeof(HybridLlmOptions), OptionTables.Root, seen);

        Assert.All(seen.Select(name => name.Split('.')[1]).Distinct(), key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_default_lies_in_its_range()
    {
        var (errors, _) = ConfigurationHarness.Validator().Inspect(ConfigurationHarness.Read(ConfigurationHarness.Base));

        Assert.Empty(errors);
    }

    private static void Compare(Type type, SectionShape table, List<string> seen)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        Assert.Equal(properties.Select(p => p.Name).Order(StringComparer.Ordinal), table.Keys.Keys.Except(KeysOfLaterVersions).Order(StringComparer.Ordinal));
        foreach (var property in properties)
        {
            seen.Add($"{type.Name}.{property.Name}");
            var (inner, shape) = table.Keys[property.Name] switch
            {
                MapShape map => (property.PropertyType.GetGenericArguments()[1], map.Item),
                ListShape { Item: SectionShape item } => (property.PropertyType.GetGenericArguments()[0], item),
                SectionShape section => (property.PropertyType, section),
                _ => (null, null),
            };
            if (inner is not null)
            {
                Compare(inner, shape!, seen);
            }
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HybridLlm.sln")))
        {
            folder = folder.Parent;
        }

        Assert.SkipWhen(folder is null, "The tests do not run inside a checkout.");
        return folder!.FullName;
    }
}
