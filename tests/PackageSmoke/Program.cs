using HybridLlm;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHybridLlm().AddLlamaCpp();

using var host = builder.Build();
await host.StartAsync();

var client = host.Services.GetRequiredService<IHybridLlmClient>();
var response = await client.GenerateAsync(new LlmRequest("Tell me the language spoken in India."));
Console.WriteLine($"answer: {response.Text}");
Console.WriteLine($"model: {response.Model}");

await host.StopAsync();
