using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QuickStart;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });

// This line is all that an application needs; providers, models and routing are in appsettings.json.
// From here on whoever wants answers asks for an IHybridLlmClient, or for a plain IChatClient.
builder.Services.AddHybridLlm().AddLlamaCpp().AddLmStudio().AddOllama();

// The rest belongs to the sample: it finds a llama-server and then shows, step by step, what the client does.
return await Tour.RunAsync(builder);
